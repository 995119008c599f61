"""The look of the page where a notice becomes a campaign, over that of the forms."""

from orglife.adapters.field.forms_style import STYLE as FORMS

STYLE = (
    FORMS
    + """<style>
.oc .oc-columns{align-items:stretch;overflow:visible;gap:14px}
.oc .oc-left{flex:1 1 46%;min-width:0;overflow:visible}
.oc .oc-right{flex:1 1 54%;min-width:0;max-height:520px;overflow-y:auto;border-left:1px solid #e4e7eb;padding-left:12px}
.oc .oc-right>*{flex:0 0 auto}
.oc .oc-list{width:100%;height:auto}
.oc .oc-list .widget-label{width:40px;min-width:40px;align-self:flex-start;padding-top:6px}
.oc .oc-list select{font-size:13px;min-height:0;padding:2px}
.oc .oc-text{background:#fcfbf8;border:1px solid #e4e7eb;border-radius:3px;padding:8px 12px;line-height:1.85;font-size:14px;
 max-height:310px;overflow-y:auto}
.oc .oc-text p{margin:0 0 6px}
.oc .oc-text mark{background:#fdecc8;color:#1f2933;padding:0 1px;border-bottom:2px solid #b7791f}
.oc .oc-item{border-left:3px solid #b7791f;padding:2px 10px;line-height:1.5;overflow-wrap:anywhere}
.oc .oc-item b{font-weight:600;color:#1f2933}
.oc .oc-item i{font-style:normal;color:#285e3b;font-size:13px;margin-left:10px}
.oc .oc-item small{color:#616e7c;font-size:13px;display:block}
.oc .oc-done{border-color:#2f855a}
.oc .oc-blank{border-color:#cbd2d9}
.oc .oc-unsure{border-color:#b42318}
.oc .oc-unsure small{color:#8a4b08}
.oc .oc-buttons{padding:0 0 8px 12px;min-height:32px}
.oc .oc-edit{width:calc(100% - 10px);box-sizing:border-box;overflow:visible}
.oc .oc-edit textarea{min-height:96px}
.oc .oc-choice{flex:1 1 100%}
.oc .oc-choice .widget-label{width:84px;min-width:84px}
.oc .oc-term{width:auto}
.oc .oc-paste{width:100%;max-width:860px}
.oc .oc-paste textarea{min-height:140px}
.oc .oc-upload{width:auto;padding:0 16px}
.oc .of-button{align-self:flex-start}
.oc .of-confirm{align-items:flex-start;padding:8px 12px}
</style>"""
)
