"""The look of the forms: calm, readable at 13-15 px, no pictures, nothing from outside."""

STYLE = """<style>
.of{--jp-widgets-font-size:14px;--jp-widgets-inline-height:32px;--jp-widgets-margin:2px;
 font-size:14px;color:#1f2933;max-width:1040px;padding:4px 2px 16px;overflow:visible}
.of .of-title{display:flex;flex-wrap:wrap;gap:18px;align-items:baseline;border-bottom:2px solid #9b1c1c;padding:6px 0;
 margin-bottom:8px;line-height:1.5;color:#52606d;font-size:13px}
.of .of-title b{font-size:17px;color:#7f1d1d;font-weight:600}
.of .widget-html-content,.of .jupyter-widget-html-content{line-height:1.55;font-size:14px}
.of .widget-label{width:132px;min-width:132px;text-align:left;white-space:normal;line-height:1.3;height:auto;
 align-self:center;color:#1f2933}
.of input[type=text],.of textarea,.of select{border:1px solid #9aa5b1;border-radius:3px;background-color:#fff;color:#1f2933;
 font-size:14px;padding:5px 8px}
.of .widget-dropdown select{padding-right:24px}
.of input[type=text]:focus,.of textarea:focus,.of select:focus{border-color:#7f1d1d;box-shadow:0 0 0 1px #7f1d1d}
.of .of-column,.of .of-field,.of .of-frame,.of .of-rows-list,.of .of-place{overflow:visible}
.of .of-place{scroll-margin-top:72px}
.of .of-waiting{opacity:.45;cursor:progress}
.of .of-field{padding:3px 0}
.of .of-field>.widget-text,.of .of-field>.widget-textarea,.of .of-field>.widget-dropdown{width:100%;max-width:820px}
.of .of-field>.of-k-day,.of .of-field>.of-k-clock,.of .of-field>.of-k-count{max-width:360px}
.of .of-field>.widget-dropdown,.of .of-person>.widget-dropdown{max-width:460px;width:100%}
.of .of-field>.widget-textarea textarea{min-height:72px;resize:vertical;line-height:1.6;font-family:inherit}
.of .widget-textarea .widget-label{align-self:flex-start;padding-top:6px}
.of .of-field>.of-k-tick{width:auto;padding-left:138px}
.of .widget-checkbox .widget-label-basic{width:auto;min-width:0;align-items:center;white-space:normal;overflow:visible}
.of .of-field>.of-note .widget-html-content{padding-left:140px;line-height:1.5}
.of .of-note{min-height:0;margin-top:0;margin-bottom:0}
.of .of-note .widget-html-content{min-height:0;height:auto}
.of .of-help{color:#616e7c;font-size:13px}
.of .of-echo{color:#285e3b;font-size:13px}
.of .of-hint{color:#8a4b08;font-size:13px}
.of .of-err{color:#b42318;font-size:13px}
.of .of-live{font-size:13px;color:#3e4c59}
.of .of-live-good{color:#17603a}
.of .of-live-must{color:#8a4b08}
.of .of-live-bad{color:#b42318;font-weight:600}
.of .of-none{color:#616e7c;font-size:14px}
.of .of-bad input[type=text],.of .of-bad select,.of .of-bad textarea,.of input.of-bad{border-color:#b42318;background:#fef3f2}
.of .of-status{padding:5px 10px;font-size:13px;border-left:3px solid #9aa5b1;background:#f5f7fa;line-height:1.5}
.of .of-unheard .of-status{font-size:0}
.of .of-unheard .of-status::before{content:"正在保存…";font-size:13px}
.of .of-status.of-good{border-color:#2f855a;background:#f0f7f2}
.of .of-status.of-half{border-color:#b7791f;background:#fff8f1}
.of .of-status.of-bad{border-color:#b42318;background:#fef3f2;color:#7a1a12}
.of .of-button{width:auto;min-width:64px;height:32px;line-height:30px;padding:0 12px;border:1px solid #9aa5b1;border-radius:3px;
 background:#fff;color:#1f2933;font-size:14px;box-shadow:none}
.of .of-button:hover{background:#f5f7fa;box-shadow:none}
.of .of-button:focus-visible{outline:2px solid #7f1d1d;outline-offset:1px}
.of .of-add{border-color:#7f1d1d;color:#7f1d1d}
.of .of-quiet{color:#3e4c59;border-color:#cbd2d9}
.of .of-clash{border-left:3px solid #b7791f;background:#fff8f1;padding:4px 10px;margin:4px 0;overflow:visible}
.of .of-history:not(:empty){border-left:3px solid #cbd2d9;padding:2px 10px;margin:4px 0;overflow:visible}
.of .of-side{border-collapse:collapse;font-size:13px;line-height:1.5;max-width:980px}
.of .of-side caption{text-align:left;padding:2px 0;color:#8a4b08}
.of .of-side th,.of .of-side td{border:1px solid #cbd2d9;padding:3px 8px;text-align:left;vertical-align:top;white-space:pre-wrap;font-weight:400}
.of .of-side th{background:#f5f7fa;white-space:nowrap}
.of .of-danger{border-color:#b42318;background:#b42318;color:#fff}
.of .of-danger:hover{background:#912018}
.of .of-small{min-width:0;height:28px;line-height:26px;padding:0 8px;font-size:13px;color:#3e4c59;border-color:#cbd2d9}
.of .of-buttons{flex-wrap:wrap;align-items:center;overflow:visible}
.of .of-confirm{align-items:center;flex-wrap:wrap;background:#fff8f1;border-left:3px solid #b7791f;padding:4px 10px;overflow:visible}
.of .of-lines{width:100%;max-width:820px;height:auto}
.of .of-lines select{padding:2px;height:auto}
.of .of-lines select option{padding:4px 8px}
.of .of-lines .widget-label{align-self:flex-start;padding-top:6px}
.of .of-ticks{align-items:flex-start;overflow:visible}
.of .of-label{width:136px;min-width:136px;flex:0 0 136px}
.of .of-flow{flex-flow:row wrap;flex:1 1 auto;overflow:visible;align-items:center}
.of .of-ticks-body{flex:1 1 auto;overflow:visible}
.of .of-tick{width:auto;min-width:112px;padding-right:8px}
.of .of-map{flex:1 1 auto}
.of .of-map-row{width:100%;max-width:640px}
.of .of-map-row .widget-label{width:440px;min-width:0;flex:1 1 auto}
.of .of-map-row select{flex:0 0 150px}
.of .of-frame{border:1px solid #cbd2d9;border-radius:4px;padding:8px 12px 10px;margin:8px 0;background:#fff}
.of .of-legend .widget-html-content{font-weight:600;color:#7f1d1d}
.of .of-card{border-left:3px solid #cbd2d9;padding:2px 0 8px 12px;margin:4px 0 10px;overflow:visible}
.of .of-card>.of-frame{border:0;padding:0;margin:0}
.of .of-card>.of-frame>.of-legend{display:none}
.of .of-card-head{align-items:center}
.of .of-gone{display:none}
.of .of-sort{border-top:1px solid #dfe3e8;padding:8px 0 6px;overflow:visible}
.of .of-sort-head{align-items:center;flex-wrap:wrap;overflow:visible;gap:2px 12px}
.of .of-sort-title{flex:1 1 300px}
.of .of-sort-title .widget-html-content{font-size:15px;line-height:1.5;white-space:normal}
.of .of-sort-title b{font-weight:600;color:#1f2933;margin-right:12px}
.of .of-sort-title span{font-size:13px}
.of .of-sort-tick .of-tick{min-width:110px}
.of .of-sort-head .of-add{min-width:216px}
.of .of-number .of-live-must{font-weight:400;font-size:13px;margin-left:10px}
.of .of-sorted>.of-legend{margin-bottom:4px}
.of .of-number .widget-html-content{font-weight:600;min-width:84px}
.of .of-person{flex-flow:row wrap;overflow:visible}
.of .of-outside{flex-flow:row wrap;overflow:visible;padding-left:138px}
.of .of-outside .widget-text{width:260px}
.of .of-outside .widget-label{width:44px;min-width:44px}
.of .of-more{margin:8px 0 2px}
.of .of-more .jupyter-widget-Collapse-header,.of .of-more .widget-collapse-header,.of .of-more .jp-Collapse-header{background:#f5f7fa;
 border:1px solid #cbd2d9;color:#3e4c59;font-size:13px;padding:5px 10px;font-weight:400}
.of .of-more .jp-Collapse-contents{border:1px solid #cbd2d9;border-top:0;padding:6px 10px;background:#fff;overflow:visible}
@supports (field-sizing:content){
.of .widget-textarea{height:auto;overflow:visible}
.of textarea{field-sizing:content;height:auto!important;max-height:480px;overflow-y:auto}}
</style>"""
